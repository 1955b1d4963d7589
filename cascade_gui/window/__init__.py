"""The shell: window, actions, menus, toolbar, layout, and what it is about."""
