"""Simulated companies with known truth: causes, leavings and answers to offers.

A company lives month by month. What it would know itself is written as source files; what only
its maker knows is written apart, so that predictions and measured effects can be judged.
"""
