"""What needs a person today: triggers over one interaction, a moving window or an outside event; alerts and cases."""
