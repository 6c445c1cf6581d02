"""Model cards and reports on paper: A4 pages as PDF.

`document` says what stands on them, `page` how they look, `setting` makes the PDF, which needs Pango.
"""
