"""What is doubtful in a form that is written correctly.

Rules that cannot be, points that do not add up, phrases that find each other. In: a form file. Out: findings, each one
sentence with its line and what to do.
"""
