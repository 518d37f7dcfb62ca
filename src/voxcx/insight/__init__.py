"""What the archive says. In: an Archive (columns of everything that was scored, answers, files beside). Out: pages."""
