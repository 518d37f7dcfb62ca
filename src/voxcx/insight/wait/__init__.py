"""How long may they wait? Satisfaction and leaving against the wait, where each bends, and what is worth promising.

In: the archive. Out: a page for calls (queue wait) and chats (first answer).
"""
