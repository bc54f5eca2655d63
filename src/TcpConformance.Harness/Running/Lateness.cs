namespace TcpConformance.Harness.Running;

/// <summary>By how much the loop and the IUT are late for a case, as far as is known.</summary>
/// <param name="Loop">What the loop has not seen may have come: nothing has failed to come before
/// that.</param>
/// <param name="Most">What the IUT owes may come as much later; waits during which it owes nothing
/// end without regard to it.</param>
internal readonly record struct Lateness(TimeSpan Loop, TimeSpan Most);
