"""HALL: a results folder, survey answers and files beside → insight's pages → one report, tables, agents' cards."""
