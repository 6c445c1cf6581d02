"""How the workbench is put together: settings, addresses, commands, and what the library may ask of it."""
