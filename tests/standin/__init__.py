"""A stand-in for arXiv: a small HTTP server on loopback that serves invented or recorded days, and misbehaves."""

from tests.standin.scenarios import Scenario, load_scenario, scenario_names
from tests.standin.server import Hit, StandIn
from tests.standin.world import Event, World

__all__ = ["Event", "Hit", "Scenario", "StandIn", "World", "load_scenario", "scenario_names"]
