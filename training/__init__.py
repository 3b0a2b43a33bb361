"""Makes the model that recognition reads: needs scikit-learn; nothing that runs for a company imports it."""
