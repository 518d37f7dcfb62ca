"""Calls with exact truth. In: a number, a seed, clips. Out: two-channel sound and the truth in the result's shape.

The truth is the plan that a call was built from, never what a detector says of its sound: an interruption is one
because the script says so. Speech is measured on the clean clips before anything is mixed. Only what lies in talk is
transcribed: prompts of IVR and queue are nobody's words.
"""
