"""From responses to scores: keying, scales, centring, keyed tests and rated answers."""
