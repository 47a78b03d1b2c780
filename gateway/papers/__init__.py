"""What is handed out on paper or as a file: export, report, guide, comparison.

``models`` answers the questions, here the answers are put together (``report``, ``guide``) and
written (``html``, ``pdf``, ``csv_file``, ``workbook``). Nothing here changes anything.
"""
