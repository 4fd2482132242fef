"""No secret of the whole suite is found in what the suite shows, sends, logs or writes."""

FOLDER = "PLI_TESTS_RECORDS"  # names the folder of the records to the servers' processes
