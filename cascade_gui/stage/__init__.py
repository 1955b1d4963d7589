"""What an audience sees of a cascade: two lines of caption, large plots, four figures."""
