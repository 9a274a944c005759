"""Every change to limited places, one file a use case. Claims themselves are written by the gate."""
