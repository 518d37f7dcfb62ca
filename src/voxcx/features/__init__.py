"""One module per family, all listed in domain.catalogue.

In: transcript, timeline, telephony, history. Out: a FeatureRow in catalogue order.
"""
