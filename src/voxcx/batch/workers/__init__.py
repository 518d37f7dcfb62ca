"""Who does the work: processes here or on a cluster. In: bundles of tasks. Out: parcels of rows and failures."""
