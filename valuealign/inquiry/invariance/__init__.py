"""Invariance with people: does an instrument measure the same in models as in people?"""
