"""The results folder: Parquet parts that DuckDB, pandas, Polars and Spark read. In: Results. Out: tables."""
