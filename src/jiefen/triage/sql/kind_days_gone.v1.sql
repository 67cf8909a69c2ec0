-- What still waited to be counted by day is asked of nobody any more.
UPDATE procrastinate_jobs SET status = 'cancelled' WHERE task_name IN ('kind_days', 'kind_days_again') AND status = 'todo';
