"""The Prefect flows: when paperradar works by itself. They call the plain functions of `paperradar.pipeline`.

Nothing but this folder imports Prefect. The folder belongs to the checkout, not to the installed package: Prefect
loads a flow by its path, with the checkout as working directory.
"""
