"""Medical mutual aid beside its cases: plans, enrolments, what a claim comes to, payment lists."""
