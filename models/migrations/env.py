"""Run the migrations on the connection, and in the transaction, that ``models.schema`` gives."""

from alembic import context

from models.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=False,
    transactional_ddl=False,  # the caller's transaction is the only one
)
context.run_migrations()
