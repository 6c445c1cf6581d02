"""What lies behind churn: who came back under a new number, and dealers whose customers leave on cue."""
