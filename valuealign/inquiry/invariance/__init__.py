"""Does an instrument measure in a model what it measures in people?"""
