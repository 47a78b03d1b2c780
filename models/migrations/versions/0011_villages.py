"""A village is found by its name without blanks: ``TPS 3 CeremeTaba`` was taken for our station 003."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index of it in place of that of the name with its blanks."""
    op.drop_index("stations_by_village", "stations")
    op.create_index("stations_by_village", "stations", [sa.text("replace(village_key, ' ', '')")])
