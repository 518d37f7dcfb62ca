"""Operators of the rule language, one file each; `voxcx.qa.rules.catalogue` is the one list of them."""
