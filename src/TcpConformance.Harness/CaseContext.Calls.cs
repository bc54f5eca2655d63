using TcpConformance.Spec.Calls;

namespace TcpConformance.Harness;

/// <content>Waiting for user calls.</content>
public sealed partial class CaseContext
{
    /// <summary>A user call must return in time, with any result; else the case fails.</summary>
    /// <param name="call">The call, as the upper tester started it.</param>
    /// <param name="within">From now.</param>
    /// <param name="requirement">What is contradicted otherwise.</param>
    /// <param name="words">What must happen, e.g. 'the user is told of the reset'.</param>
    public async Task<UserResult> Returned(
        Task<UserResult> call, TimeSpan within, string requirement, string words)
    {
        await ReturnedOrNot(call, within);
        if (!call.IsCompleted)
        {
            throw Failure(requirement, $"{words}: the call has not returned");
        }
        Checks++;
        return await call;
    }

    /// <summary>A user call must return in time with this result; else the case fails.</summary>
    public async Task<UserResult> Returned(
        Task<UserResult> call, UserError error, TimeSpan within, string requirement,
        string words)
    {
        UserResult result = await Returned(call, within, requirement, words);
        return result.Error == error
            ? result
            : throw Failure(requirement, $"{words}: expected {error}, got {result.Error}");
    }

    /// <summary>A user call must not return for so long; else the case fails.</summary>
    public async Task StillWaiting(
        Task<UserResult> call, TimeSpan duration, string requirement, string words)
    {
        await ReturnedOrNot(call, duration);
        if (call.IsCompleted)
        {
            UserResult result = await call;
            throw Failure(requirement, $"{words}: the call has returned {result.Error}");
        }
        Checks++;
    }

    /// <summary>Waits for a user call to return; nothing is contradicted if it does not.</summary>
    internal async Task ReturnedOrNot(Task<UserResult> call, TimeSpan within)
    {
        if (!call.IsCompleted)
        {
            // A case that the oracle ends ends here, and not for the call's sake.
            await await Task.WhenAny((Task)call, Scheduler.Wait(null, Now + within));
        }
    }
}
