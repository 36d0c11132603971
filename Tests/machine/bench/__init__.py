"""What scenarios work with: a machine, a manager, the agent on the machine, and expectations."""
