"""How fast the program is, beside its peers, under the same load in the same run."""

TOKEN = "7000000001:AAbench_only_on_this_machine_0000000"
