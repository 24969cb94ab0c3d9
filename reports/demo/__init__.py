"""A demo county that lived for two years: 荆门市东宝区 with invented people.

The places are real and public; every person, number and matter is invented. All of it
is made by the functions that people use, under a clock that moves from two years ago
to now (clock.py), so that trails, deadlines and figures are genuine. Begin reading in
county.py.
"""
