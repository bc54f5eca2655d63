// Reports of sanitizers, and faults of the processor, that cost one case and not the run.
#ifndef TCPCONF_REPORTS_H
#define TCPCONF_REPORTS_H

// From here on they leave lwIP by the way of a failed assertion.
void tcpconf_reports_begin(void);

// The whole report since it was last cleared; null: there is none.
const char *tcpconf_report(void);
void tcpconf_report_clear(void);

#endif
