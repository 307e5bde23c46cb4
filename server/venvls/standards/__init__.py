"""What the packaging standards (and conda) say of versions and markers: answers about texts, for every family alike."""
