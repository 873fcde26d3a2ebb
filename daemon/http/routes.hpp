// Every handler, by resource; the table in routes.cpp says which route calls which.
// Thread: workers; each handler keeps to its arguments.
#pragma once

#include "http/router.hpp"

namespace kontor::http::handlers {

Response status(const Call& call);

Response show_session(const Call& call);
Response begin_session(const Call& call);
Response end_session(const Call& call);
Response show_system(const Call& call);

Response list_workflows(const Call& call);
Response show_workflow(const Call& call);
Response list_versions(const Call& call);
Response show_version(const Call& call);
Response compare_versions(const Call& call);
Response put_workflow(const Call& call);
Response retire_workflow(const Call& call);

Response submit_run(const Call& call);
Response list_runs(const Call& call);
Response show_run(const Call& call);
Response list_run_tasks(const Call& call);
Response run_timeline(const Call& call);
Response cancel_run(const Call& call);
Response pause_run(const Call& call);
Response resume_run(const Call& call);
Response retry_run(const Call& call);
Response skip_tasks(const Call& call);
Response mark_done(const Call& call);
Response rerun_tasks(const Call& call);
Response explain_run(const Call& call);

Response show_task(const Call& call);
Response list_attempts(const Call& call);
Response list_logs(const Call& call);
Response list_run_logs(const Call& call);
Response search_logs(const Call& call);

Response list_reviews(const Call& call);
Response count_reviews(const Call& call);
Response list_review_codes(const Call& call);
Response show_review(const Call& call);
Response show_review_item(const Call& call);
Response claim_reviews(const Call& call);
Response decide_review(const Call& call);
Response undo_review(const Call& call);

Response list_reports(const Call& call);
Response report_status(const Call& call);
Response show_report(const Call& call);
Response list_report_lines(const Call& call);
Response list_report_changes(const Call& call);
Response report_csv(const Call& call);
Response approve_report(const Call& call);
Response file_report(const Call& call);
Response show_month(const Call& call);
Response month_csv(const Call& call);
Response draft_report(const Call& call);

Response report_lineage(const Call& call);
Response list_lineage_items(const Call& call);
Response model_lineage(const Call& call);
Response dataset_lineage(const Call& call);
Response code_list_lineage(const Call& call);

Response show_retention(const Call& call);
Response list_holds(const Call& call);
Response hold_run(const Call& call);
Response release_run(const Call& call);

Response list_code_lists(const Call& call);
Response list_all_code_lists(const Call& call);
Response show_code_list(const Call& call);
Response list_codes_of_list(const Call& call);
Response list_moves_of_list(const Call& call);
Response import_code_list(const Call& call);

Response list_run_quarantine(const Call& call);
Response list_task_quarantine(const Call& call);

Response list_campaigns(const Call& call);
Response show_campaign(const Call& call);
Response list_predictions(const Call& call);

Response list_dead_letters(const Call& call);
Response list_dead_letter_causes(const Call& call);
Response show_dead_letter(const Call& call);
Response redrive_dead_letter(const Call& call);
Response discard_dead_letter(const Call& call);
Response redrive_dead_letters(const Call& call);
Response discard_dead_letters(const Call& call);
Response list_letter_jobs(const Call& call);
Response show_letter_job(const Call& call);
Response stop_letter_job(const Call& call);

Response list_approvals(const Call& call);
Response show_approval(const Call& call);
Response decide_approval(const Call& call);

Response list_partitions(const Call& call);
Response start_backfill(const Call& call);
Response list_backfills(const Call& call);
Response show_backfill(const Call& call);
Response pause_backfill(const Call& call);
Response resume_backfill(const Call& call);
Response cancel_backfill(const Call& call);

Response list_alarms(const Call& call);
Response list_readings(const Call& call);
Response end_alarm(const Call& call);

Response list_pools(const Call& call);
Response show_pool(const Call& call);
Response set_pool(const Call& call);
Response remove_pool(const Call& call);

Response list_samples(const Call& call);

Response list_schedules(const Call& call);
Response preview_schedule(const Call& call);
Response preview_expression(const Call& call);
Response pause_schedule(const Call& call);
Response resume_schedule(const Call& call);
Response run_schedule(const Call& call);

Response list_events(const Call& call);
Response show_event(const Call& call);
Response post_event(const Call& call);
Response explain_event(const Call& call);
Response replay_event(const Call& call);
Response replay_events(const Call& call);

Response list_models(const Call& call);
Response show_model(const Call& call);
Response list_winners(const Call& call);
Response set_winner(const Call& call);
Response leaderboard(const Call& call);
Response list_champions(const Call& call);
Response list_trials(const Call& call);
Response confusion(const Call& call);
Response show_card(const Call& call);

Response predict(const Call& call);
Response package_model(const Call& call);

Response list_objects(const Call& call);

Response list_tokens(const Call& call);
Response create_token(const Call& call);
Response revoke_token(const Call& call);
Response list_audit(const Call& call);

Response show_doctor(const Call& call);
Response show_folder(const Call& call);
Response list_cache(const Call& call);
Response clear_cache(const Call& call);

Response list_keys(const Call& call);
Response rotate_keys(const Call& call);

}  // namespace kontor::http::handlers
