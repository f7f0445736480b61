"""What stands between HTTP and the acts: middlewares, problem details, the generated API and the screens."""
