"""The lecture as a document to present, to print and to take home.

It is a plain page of the server, outside of Streamlit; docs/design.md says why.
"""
