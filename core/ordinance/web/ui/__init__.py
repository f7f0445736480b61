"""The screens: server-rendered pages of links and forms that work without JavaScript, made quick by small modules."""
