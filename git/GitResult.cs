namespace AutoDeploy.Git;

/// <param name="Code">0: well.</param>
/// <param name="Errors">What git said, without secrets.</param>
/// <param name="IsCut">There was more output than wanted.</param>
internal sealed record GitResult(int Code, byte[] Output, string Errors, bool IsCut)
{
    public bool IsSuccess => Code == 0 || IsCut;

    public string Text => System.Text.Encoding.UTF8.GetString(Output);
}
