"""The project's own samples: plans (YAML) in; recordings, metadata and exact truth out."""
