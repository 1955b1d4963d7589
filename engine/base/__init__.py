"""What everything else stands on: faults, types of arrays, resource files, the user's folders."""
