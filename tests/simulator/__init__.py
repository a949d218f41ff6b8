"""One number decides everything: the real program under simulated people, network, disk, clock and accidents."""
