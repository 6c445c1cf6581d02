"""Reports: who came, went, was suspended or is expected to go, month by month, with who stands behind.

Everything is counted in customers, once: a row of `report_customers` for each customer, month and measure,
with the members of every dimension as they were then. A figure is a sum of rows, a drill a filter of them.
"""
