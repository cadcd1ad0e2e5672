"""The pages of the documentation that are made from the code, the ledger and the scenario files."""
