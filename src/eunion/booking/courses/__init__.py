"""Courses and volunteers' hours for members: class, homework, door, certificates. Rules are in `services`."""
