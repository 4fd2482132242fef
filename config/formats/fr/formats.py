"""French sets thousands apart by a narrow no-break space, which Django takes for a wide one."""

THOUSAND_SEPARATOR = " "
