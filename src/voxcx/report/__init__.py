"""ROOM: one Result in; the documented JSON or one self-contained HTML page out.

``as_json`` writes and reads the result document (its schema is ``document``), ``as_html`` writes the page with the
two-channel picture (``picture``), ``wording`` says names and numbers the way a person does, in Russian or English.
"""
