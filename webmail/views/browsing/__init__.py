"""Pages of lists: seeing, searching, acting, folders."""
