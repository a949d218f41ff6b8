"""How fast the program is, beside its peers, under the same load in the same run."""
